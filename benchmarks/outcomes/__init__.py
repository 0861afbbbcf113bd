"""The reader of outcomes held against hand labels."""
