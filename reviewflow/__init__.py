"""reviewflow: the workflow engine for the review of frontier AI models before release."""

__version__ = "0.4.0"
