//! Whether a document means the same to us and to the `kdl` crate.

use iommulint_lang::syntax::{Node, Value};
use kdl::{KdlDocument, KdlNode, KdlValue};

/// Checks that a value is the same to both.
pub(crate) fn check_value(ours: &Value<'_>, theirs: &KdlValue) {
    match (ours, theirs) {
        (Value::Text(ours), KdlValue::String(theirs)) => assert_eq!(ours, theirs),
        (Value::Integer(ours), KdlValue::Integer(theirs)) => assert_eq!(ours, theirs),
        (Value::Decimal(ours), KdlValue::Float(theirs)) => {
            let ours: f64 = ours.replace('_', "").parse().expect("a number");
            assert_eq!(ours.to_bits(), theirs.to_bits());
        }
        (Value::Infinity { negative }, KdlValue::Float(theirs)) => {
            assert!(theirs.is_infinite() && theirs.is_sign_negative() == *negative);
        }
        (Value::NotANumber, KdlValue::Float(theirs)) => assert!(theirs.is_nan()),
        (Value::Boolean(ours), KdlValue::Bool(theirs)) => assert_eq!(ours, theirs),
        (Value::Null, KdlValue::Null) => {}
        _ => panic!("{ours:?} is not {theirs:?}"),
    }
}

fn check_node(ours: Node<'_>, theirs: &KdlNode) {
    assert_eq!(ours.name(), theirs.name().value());
    assert_eq!(ours.type_name().as_deref(), theirs.ty().map(kdl::KdlIdentifier::value));
    assert_eq!(ours.entries().count(), theirs.entries().len());
    for (ours, theirs) in ours.entries().zip(theirs.entries()) {
        assert_eq!(ours.key().as_deref(), theirs.name().map(kdl::KdlIdentifier::value));
        assert_eq!(ours.type_name().as_deref(), theirs.ty().map(kdl::KdlIdentifier::value));
        check_value(&ours.value(), theirs.value());
    }
    let children: &[KdlNode] = theirs.children().map_or(&[], KdlDocument::nodes);
    check_nodes(ours.children(), children);
}

/// Checks that nodes are the same to both, with all they hold.
pub(crate) fn check_nodes<'t>(ours: impl Iterator<Item = Node<'t>>, theirs: &[KdlNode]) {
    let ours: Vec<Node<'t>> = ours.collect();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        check_node(ours, theirs);
    }
}
