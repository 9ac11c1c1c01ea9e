//! Maps by a fast hash, seeded anew in every process: nobody can choose names that collide.

/// A map from keys to values.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A map that need not grow while it has at most `count` keys.
pub(crate) fn map_of<K, V>(count: usize) -> HashMap<K, V> {
    HashMap::with_capacity_and_hasher(count, foldhash::fast::RandomState::default())
}

/// A set of keys.
pub(crate) type HashSet<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;

/// A set that need not grow while it has at most `count` keys.
pub(crate) fn set_of<K>(count: usize) -> HashSet<K> {
    HashSet::with_capacity_and_hasher(count, foldhash::fast::RandomState::default())
}
