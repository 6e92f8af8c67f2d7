"""When documents are judged, and what follows."""
