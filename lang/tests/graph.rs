//! Pictures of what the guest will see.

mod corpus_files;

use iommulint_lang::check::{Settings, check};
use iommulint_lang::graph::{html, mermaid, svg};
use iommulint_lang::map;
use iommulint_lang::span::FileId;
use roxmltree::{Document, Node};

fn maps(text: &str) -> Vec<map::Map> {
    map::all(&check(text, FileId(0), &Settings::default()))
}

fn number(node: &Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).map_or(0, |value| value.parse().expect("a whole number"))
}

/// The rectangles of a class: left, upper, right and lower edge.
fn areas(picture: &Document<'_>, is_wanted: impl Fn(&str) -> bool) -> Vec<[usize; 4]> {
    let all = picture
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "rect")));
    let wanted = all.filter(|node| node.attribute("class").is_some_and(&is_wanted));
    wanted
        .map(|node| {
            let (x, y) = (number(&node, "x"), number(&node, "y"));
            [x, y, x + number(&node, "width"), y + number(&node, "height")]
        })
        .collect()
}

fn overlap(one: [usize; 4], other: [usize; 4]) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

fn is_within(inner: [usize; 4], outer: [usize; 4]) -> bool {
    inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

#[test]
fn everything_is_drawn_and_nothing_over_something_else() {
    let mut devices = 0;
    for (path, text) in corpus_files::read(&["corpus/ok", "examples"]) {
        let maps = maps(&text);
        let drawn = svg(&maps);
        let path = path.display();
        let picture = Document::parse(&drawn).unwrap_or_else(|why| panic!("{path}: {why}"));
        let is_box = |class: &str| ["bus", "hostdev", "device"].contains(&class);
        let boxes = areas(&picture, is_box);
        let things = maps.iter().map(|map| map.buses.len() + map.devices.len()).sum::<usize>();
        assert_eq!(boxes.len(), things, "{path}");
        let paper = areas(&picture, |class| class == "paper")[0];
        let regions = areas(&picture, |class| class == "vsmmu");
        for (position, area) in boxes.iter().enumerate() {
            assert!(is_within(*area, paper), "{path}: {area:?} of {paper:?}");
            for other in &boxes[position + 1..] {
                assert!(!overlap(*area, *other), "{path}: {area:?} and {other:?}");
            }
            for region in regions.iter().filter(|region| overlap(*area, **region)) {
                assert!(is_within(*area, *region), "{path}: {area:?} of {region:?}");
            }
        }
        for (position, region) in regions.iter().enumerate() {
            assert!(is_within(*region, paper), "{path}: {region:?} of {paper:?}");
            for other in &regions[position + 1..] {
                assert!(!overlap(*region, *other), "{path}: {region:?} and {other:?}");
            }
        }
        devices += maps.iter().map(|map| map.devices.len()).sum::<usize>();
    }
    assert!(devices > 80, "{devices} devices");
}

#[test]
fn what_a_vsmmu_translates_for_is_within_its_region() {
    let maps = maps(include_str!("../../examples/grace-2gpu.kdl"));
    let drawn = svg(&maps);
    let picture = Document::parse(&drawn).expect("it is XML");
    let regions = areas(&picture, |class| class == "vsmmu");
    let hostdevs = areas(&picture, |class| class == "hostdev");
    assert_eq!((regions.len(), hostdevs.len()), (2, 2));
    for hostdev in hostdevs {
        let over = regions.iter().filter(|region| is_within(hostdev, **region)).count();
        assert_eq!(over, 1);
    }
    for words in ["gpu0", "host 0009:01:00.0", "guest 0000:fd:00.0, StreamID 0xfd00"] {
        assert!(picture.descendants().any(|node| node.text() == Some(words)), "{words}");
    }
}

/// The lines of text in a flowchart.
fn labels(flowchart: &str) -> Vec<String> {
    let labels = flowchart.lines().filter_map(|line| line.split_once('[')?.1.rsplit_once(']'));
    let labels = labels.map(|(label, _)| {
        label.strip_prefix('"').and_then(|label| label.strip_suffix('"')).expect("it is quoted")
    });
    labels.flat_map(|label| label.split("<br>")).map(without_numbers).collect()
}

/// The text in which some characters are written as `#NUMBER;`, and all others mean nothing but themselves.
fn without_numbers(label: &str) -> String {
    let mut parts = label.split('#');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').expect("a number ends");
        let number = number.parse().expect("a whole number");
        text.push(char::from_u32(number).expect("a character"));
        text.push_str(rest);
    }
    assert!(
        !label.replace(['#', ';'], "").contains(['"', '<', '&', '`', '*', '_', '[', '|']),
        "{label}"
    );
    text
}

#[test]
fn a_flowchart_has_the_same_words_and_edges() {
    let odd = "vm \"1. *a* _b_ `c` #35; <br>&amp;\" machine=\"virt\" {\n    root-port {\n        \
               hostdev \"end\" host=\"0009:01:00.0\"\n    }\n}\n";
    let mut texts: Vec<String> =
        corpus_files::read(&["corpus/ok", "examples"]).into_iter().map(|(_, text)| text).collect();
    texts.push(odd.to_owned());
    for text in texts {
        let maps = maps(&text);
        assert!(!maps.is_empty(), "{text}");
        let (drawn, flowchart) = (svg(&maps), mermaid(&maps));
        let picture = Document::parse(&drawn).expect("it is XML");
        let texts = picture.descendants().filter(|node| node.tag_name().name() == "text");
        let mut words: Vec<String> =
            texts.map(|node| node.text().unwrap_or_default().to_owned()).collect();
        let mut labels = labels(&flowchart);
        words.sort();
        labels.sort();
        assert_eq!(labels, words, "{flowchart}");
        let edges = |text: &str, of: &str| text.matches(of).count();
        assert_eq!(edges(&flowchart, " --- "), edges(&drawn, "class=\"edge\""), "{flowchart}");
        let regions = edges(&drawn, "class=\"vsmmu\"");
        assert_eq!(edges(&flowchart, "subgraph "), maps.len() + regions, "{flowchart}");
    }
}

#[test]
fn names_are_written_as_xml_writes_them() {
    let text = "vm \"<a>&\\u{1b}\\u{fffe}]]>\" machine=\"virt\" {\n    root-port {\n        \
                hostdev \"x<!--\" host=\"0009:01:00.0\"\n    }\n}\n";
    let maps = maps(text);
    assert_eq!(maps.len(), 1);
    let drawn = svg(&maps);
    let picture = Document::parse(&drawn).expect("it is XML");
    let texts: Vec<&str> = picture.descendants().filter_map(|node| node.text()).collect();
    assert!(texts.contains(&"vm <a>&␛\u{fffd}]]>"), "{texts:?}");
    assert!(texts.contains(&"x<!--"), "{texts:?}");
    let page = html(&maps);
    assert!(page.contains("<title>&lt;a&gt;&amp;␛\u{fffd}]]&gt;</title>"), "{page}");
    assert!(page.contains(&drawn));
}
