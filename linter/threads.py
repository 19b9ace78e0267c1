"""One BLAS thread a process, for those who start one: imported before NumPy, by the command line and the WSGI entry.

The matrices of a post are small. Threads that wait for the next one keep a core busy: beside another busy process a
check took two and a half times as long with them. Whoever sets the variable is obeyed.
"""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
