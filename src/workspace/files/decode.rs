//! From bytes to text, or a clear reason why not.

use super::ReadError;

/// Decodes UTF-8 without changing a byte: a byte order mark stays where it is.
pub fn decode(bytes: Vec<u8>) -> Result<String, ReadError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ReadError::Utf16);
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        let line = line_at(&bytes, at);
        return Err(ReadError::Nul { at, line });
    }
    String::from_utf8(bytes).map_err(|error| {
        let first_bad_byte = error.utf8_error().valid_up_to();
        let line = line_at(error.as_bytes(), first_bad_byte);
        ReadError::NotUtf8 {
            first_bad_byte,
            line,
        }
    })
}

/// The text behind a byte order mark, and how many bytes the mark takes (0 or 3).
pub fn without_bom(text: &str) -> (&str, u32) {
    text.strip_prefix('\u{feff}')
        .map_or((text, 0), |rest| (rest, 3))
}

fn line_at(bytes: &[u8], offset: usize) -> u32 {
    let newlines = memchr::memchr_iter(b'\n', &bytes[..offset]).count();
    u32::try_from(newlines).map_or(u32::MAX, |count| count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_text_goes_wrong() {
        assert_eq!(
            decode(b"a\nb\xe9".to_vec()),
            Err(ReadError::NotUtf8 {
                first_bad_byte: 3,
                line: 2
            })
        );
        assert_eq!(
            decode(b"a\0".to_vec()),
            Err(ReadError::Nul { at: 1, line: 1 })
        );
        assert_eq!(decode(b"\xff\xfea\0".to_vec()), Err(ReadError::Utf16));
    }

    #[test]
    fn keeps_the_byte_order_mark_so_that_offsets_are_those_of_the_file() {
        let text = decode(b"\xef\xbb\xbfx = 1".to_vec()).unwrap();
        assert_eq!(text.len(), 8);
        assert_eq!(without_bom(&text), ("x = 1", 3));
        assert_eq!(without_bom("x"), ("x", 0));
    }
}
