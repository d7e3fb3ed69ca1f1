"""Words that are good or bad news by themselves: small lists of our own, in three languages.

Conventions
-----------
A value is 2 (plain), 1 (weak) or the same below 0. Korean entries are the beginnings that a
predicate takes as it is inflected: ``기쁘``, ``기뻐``, ``기쁜`` are one word. English and German
entries are whole words; one that ends in ``*`` stands for every word that begins so.

The lists hold what people say of how they are and how they find something. They know neither
irony nor context, and a word that is good in one place and bad in another is left out.
"""

__all__ = ["ENGLISH", "GERMAN", "KOREAN", "KOREAN_EXCEPT"]


def _listed(**words: str) -> dict[str, int]:
    values = {"great": 2, "good": 1, "bad": -1, "awful": -2}
    return {word: values[kind] for kind, text in words.items() for word in text.split()}


KOREAN: dict[str, int] = _listed(
    great="""
    좋 행복 기쁘 기뻐 기쁨 기쁜 기쁠 기뻤 사랑 고마 고맙 감사 신나 신난 신났 즐거 즐겁 재밌 재미있
    최고 대박 훌륭 반가 반갑 축하 황홀 완벽 짱이 짱이야 끝내주 환상적 감동 뿌듯 설레 설렌 설렜
    만세
    """,
    good="""
    다행 편안 든든 예쁘 예뻐 예쁜 예뻤 이쁘 이뻐 이쁜 멋지 멋져 멋진 멋있 귀여 귀엽 착하 착해 착한
    맛있 잘했 잘됐 잘되 웃음 웃었 웃고 상쾌 시원 기대돼 기대된 기대되 만족 따뜻 자랑스 희망 성공
    이겼 합격 친절 포근 아름다 아름답
    """,
    bad="""
    걱정 불편 아쉬 아쉽 지루 심심 피곤 귀찮 부족 어려 어렵 미안 죄송 후회 실수 떨려 떨린 졌어
    떨어졌 지쳐 지쳤 지친 서운 섭섭 민망 부끄 창피 답답 골치 망설 허전 곤란 시끄 더러 더럽
    """,
    awful="""
    싫 나쁘 나빠 나쁜 나빴 슬프 슬퍼 슬픈 슬펐 슬픔 화나 화났 화난 화내 화가 짜증 미워 밉 미운
    미웠 힘들 힘드 힘든 아프 아파 아픈 아팠 우울 외로 외롭 무서 무섭 괴로 괴롭 속상 실망 지겨 지겹
    끔찍 최악 망했 망해 망한 죽겠 눈물 울었 울고 억울 불안 불행 비참 절망 역겨 역겹 혐오 증오 분노
    열받 빡치 빡쳐 빡친 꺼져 두려 두렵 서러 서럽 끔직 형편없 재미없 쓸모없 미치겠 환장 못됐 못된
    쓰레기 지긋지긋 원망 배신 고통 징그
    """,
)

# What begins like an entry and is another word.
KOREAN_EXCEPT: tuple[str, ...] = (
    "화가를",  # a painter
    "화가는",
    "화가가",
    "화가의",
    "화가들",
    "시원찮",
    "최고령",
    "최고기온",
    "감사원",
    "만족도",
    "성공률",
    "사랑니",
    "사랑방",
    "불편한진실",
)

ENGLISH: dict[str, int] = _listed(
    great="""
    happy happier happiest love loves loved wonderful great excellent amazing fantastic awesome
    joy joyful delighted thrilled brilliant perfect superb glad excited beautiful best
    congratulations hooray
    """,
    good="""
    good better nice thanks thank pleased fun funny enjoy enjoy* lovely cool pleasant hope hopeful
    proud grateful smile smiled relieved lucky sweet kind comfortable
    """,
    bad="""
    worried worry tired boring bored annoying annoyed difficult sorry regret missed lost
    uncomfortable nervous ashamed embarrassing disappointing noisy dirty hard
    """,
    awful="""
    bad worse worst sad unhappy hate hates hated terrible horrible awful angry furious disgusting
    disgusted miserable depressed depressing lonely afraid scared scary frightened hurt hurts
    painful cry cried crying disappointed upset stupid idiot useless ruined nightmare despair
    """,
)

GERMAN: dict[str, int] = _listed(
    great="""
    glücklich* freue freut freude wunderbar* großartig* toll* ausgezeichnet* liebe liebt super
    fantastisch* herrlich* begeistert* perfekt* schönste* beste besten glückwunsch hurra
    """,
    good="""
    gut gute guter gutes guten besser schön schöne schöner schönes danke gern gerne nett nette
    netter froh lustig* angenehm* hoffe hoffnung stolz dankbar* zufrieden* lieb lecker*
    """,
    bad="""
    müde langweilig* sorge sorgen schwierig* leider schade unangenehm* nervös* peinlich*
    anstrengend* verloren enttäuschend* schmutzig* laut
    """,
    awful="""
    schlecht schlechte schlechter schlechtes schlimm* traurig* hasse hasst furchtbar* schrecklich*
    wütend* ärger ärgert eklig* elend* einsam* angst weh weine weint weinen enttäuscht* dumm*
    unglücklich* verzweifelt* mies* ekelhaft* scheiße
    """,
)
