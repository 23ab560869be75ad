"""What the page «Watch» shows: ``counts`` looks at one replication (``simcap.tracing``), ``day``,
``month`` and ``moving`` say what is to be seen when, each with a ``…_chart`` beside it; ``views``
and ``residents`` put them on the page, ``work`` simulates beside it.
"""
