"""An analysis as text, JSON and picture."""
