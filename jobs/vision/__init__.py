"""The reading of a photo: decoding, quality, model, outline."""
