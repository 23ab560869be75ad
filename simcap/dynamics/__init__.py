"""The first document's system-dynamics model: its equations as printed, fits to its table, and the
same as a Vensim file.

Nothing of the simulation is calibrated to it: it stands beside the simulation, so that who has
read the document finds its numbers, and sees what its equations can and cannot give.
"""
