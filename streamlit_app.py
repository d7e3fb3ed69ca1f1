"""The app: its server with our shell before it, and what it runs for each visitor.

Run with ``streamlit run streamlit_app.py``. Streamlit looks in this file for an `st.App`, imports
it before it listens, and then runs it for each visitor: nothing is imported with it that only a
visit needs.
"""

import streamlit as st

# A worker process imports this file under yet another name: it must neither draw nor serve.
if __name__ == "__main__":
    from pages.parts.visit import draw_visit

    draw_visit()
elif __name__ == "streamlit_app":
    from pages.parts.server import behind, importing_visit

    app = st.App(__file__, middleware=behind(), lifespan=importing_visit)
