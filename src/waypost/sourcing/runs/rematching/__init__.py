"""Offers from the shared catalogue into a notebook, without a fetch, whenever somebody asks."""
