"""A support chatbot that a shop runs itself: widget, classifier, dialogue, human queue and touchpoint log."""

__version__ = "0.1.0"
