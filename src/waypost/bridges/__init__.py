"""Where strangers meet: the only place that knows two modules. Ids and plain values cross, foreign keys never."""
