//! Lenses and previews of the language server, in a real Neovim that is set up as the page for it says.
#![cfg(unix)]

use iommulint_conformance::{Neovim, Root};
use iommulint_lang::check::{Settings, check};
use iommulint_lang::language::Language;
use iommulint_lang::lower::{Style, libvirt, qemu, render};
use iommulint_lang::map::{self, map};
use iommulint_lang::span::FileId;
use serde_json::json;

const RIGHT: &str = "vm \"a\" machine=\"virt\" {\n    pxb bus-nr=252\n}\n";

/// What the tests say beside what all say.
const WORDS: &str = r#"
-- The text of the only preview, once `condition` holds of it.
function previewed(condition)
  local found
  wait_until("the preview is shown", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local buffer = vim.api.nvim_win_get_buf(window)
      if vim.b[buffer].iommulint_preview then
        found = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n") .. "\n"
        return condition(found)
      end
    end
  end)
  return found
end

function has(part)
  return function(text)
    return text:find(part, 1, true) ~= nil
  end
end
"#;

fn neovim(name: &str) -> Option<Neovim> {
    Neovim::set_up(&Root::locate()?, name)
}

/// What the commands write of `text`: QEMU's, libvirt's, and the map.
fn written(text: &str) -> [String; 3] {
    let analysis = check(Language::Kdl.text(text), FileId(0), &Settings::default());
    let checked = analysis.checked(0).expect("it is right");
    [
        render(None, &qemu::arguments(&checked, qemu::Options::default()), Style::default()),
        libvirt::devices(&checked),
        map::text(&[map(&checked)]),
    ]
}

#[test]
fn a_lens_opens_a_preview_that_follows() {
    let Some(neovim) = neovim("lens") else { return };
    neovim.home().write("vm.kdl", RIGHT);
    let shown = neovim.run(
        "vm.kdl",
        &[
            WORDS,
            r#"
            server()
            vim.ui.select = function(lenses, options, choose)
              for at, lens in ipairs(lenses) do
                if options.format_item(lens):find("lower to libvirt", 1, true) then
                  return choose(lens, at)
                end
              end
              error("no such lens")
            end
            local source = vim.api.nvim_get_current_win()
            vim.lsp.codelens.run()
            local first = previewed(has("busNr='252'"))
            assert(vim.api.nvim_get_current_win() == source, "the cursor stays")

            vim.api.nvim_buf_set_text(0, 1, 15, 1, 18, { "248" })
            local second = previewed(has("busNr='248'"))
            vim.api.nvim_buf_set_text(0, 1, 15, 1, 18, { "255" })
            local broken = previewed(has("nothing to show"))
            vim.api.nvim_buf_set_text(0, 1, 15, 1, 18, { "248" })
            local mended = previewed(has("busNr='248'"))
            return { first, second, broken, mended, #vim.api.nvim_list_wins() }
            "#,
        ]
        .concat(),
    );
    let [_, before, _] = written(RIGHT);
    let [_, after, _] = written(&RIGHT.replace("252", "248"));
    assert_eq!(shown[0], before);
    assert_eq!(shown[1], after);
    let broken = shown[2].as_str().unwrap_or_default();
    assert!(broken.starts_with("<!-- ") && broken.contains("[pci/"), "{broken}");
    assert_eq!(shown[3], after);
    assert_eq!(shown[4], 2, "one window for the file, one for the preview");
}

#[test]
fn a_command_shows_what_comes_of_the_vm_at_the_cursor() {
    let Some(neovim) = neovim("preview") else { return };
    neovim.home().write("vm.kdl", RIGHT);
    let shown = neovim.run(
        "vm.kdl",
        &[
            WORDS,
            r#"
            server()
            vim.cmd("IommulintPreview map")
            local map = previewed(has("bus 252"))
            vim.cmd("wincmd o")
            vim.cmd("IommulintPreview qemu")
            local qemu = previewed(has("pxb-pcie"))
            vim.cmd("wincmd l")
            return { map, qemu, vim.bo.filetype, vim.bo.modifiable, #vim.lsp.get_clients({ bufnr = 0 }) }
            "#,
        ]
        .concat(),
    );
    let [qemu, _, map] = written(RIGHT);
    assert_eq!(shown, json!([map, qemu, "sh", false, 0]));
}

#[test]
fn lenses_are_shown() {
    let Some(neovim) = neovim("lenses") else { return };
    neovim.home().write("vm.kdl", RIGHT);
    let titles = neovim.run(
        "vm.kdl",
        r#"
        server()
        vim.lsp.codelens.enable(true)
        wait_until("there are lenses", function()
          return #vim.lsp.codelens.get({ bufnr = 0 }) == 3
        end)
        local titles = vim.tbl_map(function(it)
          return (it.lens or it).command.title
        end, vim.lsp.codelens.get({ bufnr = 0 }))
        table.sort(titles)
        return titles
        "#,
    );
    assert_eq!(titles, json!(["lower to QEMU", "lower to libvirt", "what the guest sees"]));
}
