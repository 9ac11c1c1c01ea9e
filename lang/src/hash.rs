//! Maps by a fast hash, seeded anew in every process: nobody can choose names that collide.

/// A map from keys to values.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
/// A set of keys.
pub(crate) type HashSet<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;
