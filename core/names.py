"""What settings, feature sets and models are called: one source for pages and refusals.

Conventions
-----------
A *key* is what specs, files and the command line write (``"alpha"``); its *name* is what a person
reads. Names and explanations are gettext message ids, untranslated; emotions carry their own.
"""

from collections.abc import Mapping

from core.i18n import N_

__all__ = ["ALL_FEATURES", "FEATURES", "MODELS", "SEQUENCES", "SETTINGS", "SPLITS", "name_of"]

Names = dict[str, tuple[str, str]]  # key: (name, explanation)

SETTINGS: Names = {
    "hidden_layer_sizes": (N_("Hidden layers"), N_("How many layers, and how wide each is.")),
    "activation": (N_("Activation"), N_("What each unit does with its sum.")),
    "alpha": (
        N_("Weight penalty (alpha)"),
        N_("L2. Few clips want much of it: 1 to 10; the original used 0.0001."),
    ),
    "learning_rate_init": (
        N_("Learning rate"),
        N_("The size of a step. Too large jumps about, too small never arrives."),
    ),
    "batch_size": (N_("Batch"), N_("Clips looked at before each step.")),
    "max_epochs": (N_("Epochs"), N_("How often every clip is learnt from, at most.")),
    "early_stopping": (
        N_("Stop early"),
        N_("Sets a part of the training clips aside and stops when it gets no better on them."),
    ),
    "patience": (N_("Patience"), N_("Epochs without progress before it stops.")),
    "tol": (N_("Least progress"), N_("A smaller gain does not count as progress.")),
    "standardise": (
        N_("Standardise"),
        N_("Puts every feature on one scale, fitted on the training clips alone."),
    ),
    "solver": (
        N_("Optimiser"),
        N_("adam finds its own step for each weight; sgd takes the same one for all."),
    ),
    "momentum": (N_("Momentum (sgd)"), N_("How much of the last step goes into the next.")),
    "beta_1": (N_("Memory (adam, beta 1)"), N_("How long it remembers which way it went.")),
    "kernel": (
        N_("Kernel"),
        N_("rbf bends the border between emotions, linear keeps it straight."),
    ),
    "C": (
        N_("Freedom (C)"),
        N_("The larger, the closer the model follows the training clips."),
    ),
    "gamma": (N_("Reach (gamma)"), N_("0 lets the data decide.")),
    "max_iter": (N_("Iterations"), N_("At most so many steps.")),
    "method": (
        N_("Way of growing"),
        N_("Extra trees draw their borders at random, a random forest draws its clips."),
    ),
    "n_trees": (N_("Trees"), N_("More give steadier answers and take longer.")),
    "max_depth": (N_("Depth"), N_("Questions from root to leaf at most; 0 sets no limit.")),
    "min_samples_leaf": (N_("Clips in a leaf"), N_("At least so many; more makes it cautious.")),
    "C_logreg": (
        N_("Freedom of the regression (C)"),
        N_("The larger, the closer the model follows the training clips."),
    ),
    "C_svm": (
        N_("Freedom of the machine (C)"),
        N_("The larger, the closer the model follows the training clips."),
    ),
    "n_mels": (N_("Mel bands"), N_("More bands see finer detail, and more that is only noise.")),
    "n_mfcc": (N_("Coefficients"), N_("The first tell the rough shape, later ones fine detail.")),
    "length": (
        N_("Length (s)"),
        N_("Longer clips give their middle; behind shorter ones is padding that is left out."),
    ),
    "filters": (N_("Filters"), N_("Patterns that the first convolution looks for.")),
    "units": (N_("Units"), N_("How much the recurrent part can keep in mind.")),
    "bidirectional": (N_("Both ways"), N_("Reads each clip forwards and backwards.")),
    "dropout": (
        N_("Dropout"),
        N_("Share of the values left out at random while learning, against learning by heart."),
    ),
    "n_networks": (
        N_("Networks that vote"),
        N_("Learnt from other first weights; more are surer, and take as many times as long."),
    ),
    "spec_augment": (
        N_("Gaps"),
        N_("SpecAugment: leaves out stretches of time and bands at random while learning."),
    ),
    "frame_noise": (
        N_("Noise on the frames"),
        N_("In standard deviations of each value, anew in every epoch."),
    ),
    "band_shift": (
        N_("Other voices (bands)"),
        N_("Moves frequencies up or down by up to so many bands, as another throat would."),
    ),
    "time_warp": (N_("Another pace (share)"), N_("Makes clips longer or shorter, at most so.")),
    "copies": (N_("Copies of each clip"), N_("Beside the clip itself, each disturbed anew.")),
    "noise": (
        N_("Noise (dB SNR)"),
        N_("From this ratio to 15 dB cleaner; 10 is a busy room, 30 hardly heard, 0 turns it off."),
    ),
    "gain": (N_("Loudness (± dB)"), N_("Up or down by as much as this; 0 turns it off.")),
    "shift": (N_("Shift (± s)"), N_("Earlier or later, with silence in the gap.")),
    "pitch": (
        N_("Pitch (± semitones)"),
        N_("Keep it mild: pitch is part of what carries the emotion."),
    ),
    "tempo": (N_("Tempo (± share)"), N_("0.1 means up to a tenth faster or slower.")),
    "room": (
        N_("Room (s of echo)"),
        N_("Until the echo has died away: 0.3 is a living room, 1 a hall."),
    ),
    "deltas": (N_("Changes, too (deltas)"), N_("Adds how fast each coefficient rises and falls.")),
    "features": (N_("Features"), ""),
    "model": (N_("Model"), ""),
    "corpus": (N_("Corpus"), ""),
    "snapshot": (N_("State of the clips"), ""),
    "scheme": (N_("Emotions"), ""),
    "mode": (N_("Held out"), ""),
    "n_folds": (N_("Folds"), ""),
    "three_way": (N_("Three parts: train, validation, test"), ""),
    "test_share": (N_("Test part"), ""),
    "validation_share": (N_("Validation part"), ""),
    "fuse": (N_("How their answers are joined"), ""),
    "class_weight": (N_("Even out the emotions"), ""),
    "speaker_norm": (N_("Normalise each voice"), ""),
    "seed": (N_("Seed"), ""),
    "augment": (N_("Disturbed copies"), ""),
}
FEATURES: Names = {
    "functionals": (
        N_("Voice measures (592)"),
        N_("Timbre, pitch, energy and rhythm, each summed up over the clip. The strong default."),
    ),
    "original": (
        N_("Original (128)"),
        N_("Mean mel power, L2-normalised: the first system's recipe, kept for comparison."),
    ),
    "logmel": (
        N_("Mel bands"),
        N_("How loud each band from low to high is, and how much that moves over the clip."),
    ),
    "mfcc": (
        N_("MFCC"),
        N_("The shape of the spectrum in a few numbers, the classic of speech; timbre above all."),
    ),
    "whisper": (
        N_("Whisper's ear (1024)"),
        N_("What the recogniser of the words hears besides them; measured once, 0.4 s a clip."),
    ),
}
SEQUENCES: Names = {
    "melspec": (
        N_("Mel frames"),
        N_("How loud each band is, moment by moment; the network finds the patterns itself."),
    ),
    "mfcc-frames": (
        N_("MFCC frames"),
        N_("The shape of the spectrum moment by moment, in a few numbers each."),
    ),
    "stft": (
        N_("Spectrogram (256 × 256)"),
        N_("256 moments of 256 frequencies, 4.1 s: the picture that the original CNN looks at."),
    ),
}
ALL_FEATURES: Names = {**FEATURES, **SEQUENCES}
MODELS: dict[str, str] = {
    "mlp": N_("MLP"),
    "svm": N_("SVM"),
    "logreg": N_("Logistic regression"),
    "forest": N_("Forest"),
    "vote": N_("Soft vote"),
    "crnn": N_("CRNN"),
    "cnn": N_("CNN"),
    "lstm": N_("LSTM"),
    "cnn-original": N_("Original CNN"),
}
SPLITS: dict[str, str] = {
    "speaker": N_("New voice"),
    "random": N_("Known voice"),
    "sentence": N_("New sentence"),
    "speaker+sentence": N_("Both new"),
}


def name_of(key: str, names: Mapping[str, str | tuple[str, str]]) -> str:
    """The name of a key, untranslated; a key without one is its own name.

    Parameters
    ----------
    key : str
    names : mapping
        One of this module's tables.

    Returns
    -------
    name : str
        gettext message id.

    Examples
    --------
    >>> name_of("n_folds", SETTINGS), name_of("--split", SETTINGS)
    ('Folds', '--split')
    """
    found = names.get(key, key)
    return found if isinstance(found, str) else found[0]
