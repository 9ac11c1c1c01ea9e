//! Rules named `schema/…`: reported while a file is decoded.

mod arch_mismatch;
mod conflicting_nodes;
mod duplicate_name;
mod duplicate_node;
mod duplicate_property;
mod malformed_value;
mod misplaced_node;
mod missing;
mod out_of_range;
mod type_annotation;
mod unexpected_argument;
mod unexpected_children;
mod unknown_node;
mod unknown_property;
mod unknown_value;
mod wrong_model;
mod wrong_type;

use super::Rule;

pub(crate) use arch_mismatch::ARCH_MISMATCH;
pub(crate) use conflicting_nodes::CONFLICTING_NODES;
pub(crate) use duplicate_name::DUPLICATE_NAME;
pub(crate) use duplicate_node::DUPLICATE_NODE;
pub(crate) use duplicate_property::DUPLICATE_PROPERTY;
pub(crate) use malformed_value::MALFORMED_VALUE;
pub(crate) use misplaced_node::MISPLACED_NODE;
pub(crate) use missing::MISSING;
pub(crate) use out_of_range::OUT_OF_RANGE;
pub(crate) use type_annotation::TYPE_ANNOTATION;
pub(crate) use unexpected_argument::UNEXPECTED_ARGUMENT;
pub(crate) use unexpected_children::UNEXPECTED_CHILDREN;
pub(crate) use unknown_node::UNKNOWN_NODE;
pub(crate) use unknown_property::UNKNOWN_PROPERTY;
pub(crate) use unknown_value::UNKNOWN_VALUE;
pub(crate) use wrong_model::WRONG_MODEL;
pub(crate) use wrong_type::WRONG_TYPE;

/// In the order of the rule book.
pub(super) static RULES: &[&Rule] = &[
    &UNKNOWN_NODE,
    &MISPLACED_NODE,
    &UNKNOWN_PROPERTY,
    &WRONG_TYPE,
    &UNKNOWN_VALUE,
    &MALFORMED_VALUE,
    &OUT_OF_RANGE,
    &MISSING,
    &UNEXPECTED_ARGUMENT,
    &UNEXPECTED_CHILDREN,
    &DUPLICATE_PROPERTY,
    &DUPLICATE_NODE,
    &DUPLICATE_NAME,
    &TYPE_ANNOTATION,
    &ARCH_MISMATCH,
    &WRONG_MODEL,
    &CONFLICTING_NODES,
];
