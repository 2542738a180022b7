"""Papers as people get them: a tagged PDF for the file, and an accessible page for the screen, saying the same.

Both are made of one sheet of words (sheet.py). They print the copy they are handed and nothing else: what is withheld
was taken out before (alliance/papers.py).
"""

from templates.papers.printing import PaperFault, pdf, reprinted
from templates.papers.reading import page

__all__ = ["PaperFault", "page", "pdf", "reprinted"]
