-- Records a configuration and a digest of what its effects do.
INSERT INTO hook_sources (path, digest)
VALUES ($1, $2)
