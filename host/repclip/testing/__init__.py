"""What repclip is tested with, for whoever tests with it: links and devices that need no hardware."""
