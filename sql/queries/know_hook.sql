-- Records a hook of the configuration.
INSERT INTO known_hooks (name)
VALUES ($1)
