"""Operations: dead letters, their replay one by one or as a frozen selection, and the state of the queues."""
