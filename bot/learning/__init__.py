"""From examples to a trained, measured and promoted model; the only part of the bot that needs scikit-learn."""
