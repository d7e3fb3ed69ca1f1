"""UAR of the functionals on unseen speakers: leave one speaker out, nothing tuned.

    python -m bench.unseen_speakers FOLDER

FOLDER holds clips in EmoDB's naming, ``SSTTTEv.wav``: two letters of speaker, the emotion the
sixth. The second column normalises each speaker's features over all of its clips.
"""

import argparse
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from core.audio import decode
from core.features import extract, speaker_z
from core.settings import FunctionalsSpec

MODELS = {
    "logistic regression C=0.01": LogisticRegression(C=0.01, class_weight="balanced"),
    "SVC RBF C=10": SVC(C=10),
    "MLP (128, 128) alpha=1": MLPClassifier((128, 128), alpha=1, random_state=0),
}


def uar(model, X: np.ndarray, y: np.ndarray, speakers: np.ndarray) -> float:
    pipeline = make_pipeline(StandardScaler(), model)
    predicted = cross_val_predict(pipeline, X, y, groups=speakers, cv=LeaveOneGroupOut())
    return float(recall_score(y, predicted, average="macro"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    files = sorted(parser.parse_args().folder.glob("*.wav"))
    X = np.stack([extract(decode(file).y, FunctionalsSpec()) for file in files])
    speakers = np.array([file.stem[:2] for file in files])
    emotions = np.array([file.stem[5] for file in files])
    Z = speaker_z(X, speakers)
    print(f"{len(files)} clips, {len(set(speakers))} speakers, {len(set(emotions))} emotions")
    print(f"{'UAR':28} plain  speaker z")
    warnings.simplefilter("ignore", ConvergenceWarning)
    for name, model in MODELS.items():
        plain, z = (uar(model, features, emotions, speakers) for features in (X, Z))
        print(f"{name:28} {plain:.3f}  {z:.3f}")


if __name__ == "__main__":
    main()
