//! Word documents (ECMA-376) of headings, lines and tables, as WPS, `LibreOffice` and Word open them.

use std::io::{Cursor, Write as _};
use std::path::Path;

use quick_xml::events::Event;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{ExportError, escaped};
use crate::base::{Progress, Text};
use crate::io::archive::{self, Archive};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
/// A4 upright, margins of 25 mm.
const TAIL: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>"#;
/// Where the text of a document stands in its archive.
const DOCUMENT: &str = "word/document.xml";
/// Where the data of a document stands, for programs, and what leads to it (ECMA-376 part 1, 15.2.5).
const DATA: &str = "customXml/item1.xml";
const DATA_HEAD: &str =
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><data xmlns="urn:wangge:certificate:1">"#;
const DATA_TAIL: &str = "</data>";
const TO_DATA: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml" Target="../customXml/item1.xml"/></Relationships>"#;
/// Width between the margins, twentieths of a point.
const WIDTH: u32 = 9072;

/// A document being written.
#[derive(Debug, Default)]
pub(super) struct Docx {
    body: String,
    /// Every text, in order, as it must be read again.
    texts: Vec<String>,
    /// What the document says for programs.
    data: Option<String>,
}

/// A document as it is read.
pub(super) struct Read {
    /// The texts, a paragraph each.
    pub(super) texts: Vec<String>,
    /// What it says for programs, where it does.
    pub(super) data: Option<String>,
}

impl Docx {
    /// The line above the title: what it is about.
    pub(super) fn above(&mut self, text: &str) {
        if !text.is_empty() {
            self.paragraph(text, 26, false, "center");
        }
    }

    pub(super) fn title(&mut self, text: &str) {
        self.paragraph(text, 36, true, "center");
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.paragraph(text, 26, true, "left");
    }

    pub(super) fn line(&mut self, text: &str) {
        self.paragraph(text, 21, false, "left");
    }

    /// A table with lines around its cells; the first row is bold and is repeated on every page. `widths` are shares.
    pub(super) fn table(&mut self, widths: &[u32], rows: &[Vec<String>]) {
        let sum: u32 = widths.iter().sum::<u32>().max(1);
        let sides: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
            .iter()
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:color=\"808080\"/>"))
            .collect();
        self.body +=
            &format!("<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblBorders>{sides}</w:tblBorders>");
        self.body += "<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>";
        let width = |share: u32| WIDTH * share / sum;
        widths.iter().for_each(|&share| self.body += &format!("<w:gridCol w:w=\"{}\"/>", width(share)));
        self.body += "</w:tblGrid>";
        for (number, row) in rows.iter().enumerate() {
            self.body += "<w:tr><w:trPr><w:cantSplit/>";
            self.body += if number == 0 { "<w:tblHeader/></w:trPr>" } else { "</w:trPr>" };
            for (text, &share) in row.iter().zip(widths) {
                self.body += &format!("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr>", width(share));
                self.paragraph(text, 18, number == 0, "left");
                self.body += "</w:tc>";
            }
            self.body += "</w:tr>";
        }
        self.body += "</w:tbl>";
        self.line("");
    }

    /// The texts so far, a paragraph each.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Puts in what the document says for programs.
    pub(super) fn data(&mut self, text: String) {
        self.data = Some(text);
    }

    /// `size` in half points.
    fn paragraph(&mut self, text: &str, size: u32, bold: bool, side: &str) {
        let bold = if bold { "<w:b/>" } else { "" };
        let font =
            r#"<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:hint="eastAsia"/>"#;
        self.body += &format!(
            "<w:p><w:pPr><w:spacing w:before=\"40\" w:after=\"40\"/><w:jc w:val=\"{side}\"/></w:pPr><w:r><w:rPr>{font}{bold}\
             <w:sz w:val=\"{size}\"/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            escaped(text)
        );
        self.texts.push(super::without_controls(text));
    }

    /// Writes the document; it takes its name once every text was found in it again.
    pub(super) fn write(self, path: &Path) -> Result<std::path::PathBuf, ExportError> {
        let failed = |error: zip::result::ZipError| {
            let text = (format!("the document could not be packed: {error}"), format!("文档打包失败:{error}"));
            ExportError::Failed { path: path.to_owned(), text: Text::new(text.0, text.1) }
        };
        let bytes = self.pack().map_err(failed)?;
        let again = read(&bytes).map_err(|text| super::different(path, text))?;
        if (again.texts, again.data) != (self.texts, self.data) {
            return Err(super::different(path, Text::new("its texts differ", "文字不一致")));
        }
        super::whole(path, &bytes)
    }

    fn pack(&self) -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let document = format!("{HEAD}{}{TAIL}", self.body);
        let data = self.data.as_ref().map(|data| format!("{DATA_HEAD}{}{DATA_TAIL}", escaped(data)));
        let own = [("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), (DOCUMENT, document.as_str())];
        let more = data.iter().flat_map(|data| [("word/_rels/document.xml.rels", TO_DATA), (DATA, data.as_str())]);
        for (name, text) in own.into_iter().chain(more) {
            zip.start_file(name, SimpleFileOptions::default())?;
            zip.write_all(text.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

/// Reads the texts of a document and its data.
///
/// # Errors
/// A file that is damaged or no document.
pub(super) fn read(bytes: &[u8]) -> Result<Read, Text> {
    let mut zip = Archive::open(bytes.to_vec(), archive::allowance(bytes.len()), &Progress::default())?;
    let lost = || Text::new("it holds no text", "其中没有正文");
    let mut part = |name: &str| -> Result<Option<String>, Text> {
        let Some(at) = zip.names().iter().position(|known| known == name) else { return Ok(None) };
        String::from_utf8(zip.read(at)?).map(Some).map_err(|_| lost())
    };
    let document = part(DOCUMENT)?.ok_or_else(lost)?;
    // Another program may have renamed it.
    let names = [DATA, "customXml/item2.xml", "customXml/item3.xml"];
    let mut data = None;
    for name in names {
        let own = part(name)?.filter(|text| text.contains("urn:wangge:certificate:1"));
        data = data.or(own);
    }
    let texts = texts(&document, "w:p").ok_or_else(lost)?;
    let data = data.map(|data| texts_of_data(&data).ok_or_else(lost)).transpose()?;
    Ok(Read { texts, data })
}

fn texts_of_data(data: &str) -> Option<String> {
    let mut xml = quick_xml::Reader::from_str(data);
    let mut text = String::new();
    loop {
        match xml.read_event().ok()? {
            Event::Eof => return Some(text),
            event => take(&event, &mut text)?,
        }
    }
}

/// The texts of the elements of a name.
fn texts(document: &str, element: &str) -> Option<Vec<String>> {
    let mut xml = quick_xml::Reader::from_str(document);
    let (mut texts, mut text) = (Vec::new(), String::new());
    loop {
        match xml.read_event().ok()? {
            Event::End(tag) if tag.name().as_ref() == element => texts.push(std::mem::take(&mut text)),
            Event::Eof => return Some(texts),
            event => take(&event, &mut text)?,
        }
    }
}

/// Adds what an event says to a text; `None` for an entity that is not known.
fn take(event: &Event<'_>, text: &mut String) -> Option<()> {
    match event {
        Event::Text(part) => *text += part,
        Event::GeneralRef(name) => match &**name {
            "amp" => text.push('&'),
            "lt" => text.push('<'),
            "gt" => text.push('>'),
            "quot" => text.push('"'),
            "apos" | "#39" => text.push('\''),
            _ => return None,
        },
        _ => {}
    }
    Some(())
}
