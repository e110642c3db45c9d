"""What is watched and how it is named: typed values loaded from config/."""
