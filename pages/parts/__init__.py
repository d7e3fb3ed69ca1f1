"""What the pages share: frame, language, style, notices, and the boundary around errors."""
