"""The door of somebody who tries the demo: the letters it wrote."""
