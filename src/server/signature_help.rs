//! `textDocument/signatureHelp`

use std::sync::Arc;

use tower_lsp_server::gen_lsp_types::{
    ActiveParameter, ParameterInformation, ParameterInformationLabel, SignatureHelp,
    SignatureHelpParams, SignatureInformation,
};
use tower_lsp_server::jsonrpc::Result;

use super::Server;
use super::capabilities::SignatureFeatures;
use super::compute::compute;
use super::markup::documentation;
use super::session::analysed_document;
use crate::assist::signature_help as found;

/// What the call around a place takes.
pub async fn signature_help(
    server: &Server,
    params: SignatureHelpParams,
) -> Result<Option<SignatureHelp>> {
    let session = Arc::clone(&server.0);
    let place = params.text_document_position_params;
    let Some(open) = analysed_document(&place.text_document.uri) else {
        return Ok(None);
    };
    session.ready().await;
    compute(&server.0, move |_| {
        let features = session.features();
        let offset = open.offset(place.position, features.encoding);
        let found = session.engine.signature_help(open.analysed(), offset);
        session.tell_news();
        Some(shown(&found?, features.signatures))
    })
    .await
}

fn shown(found: &found::SignatureHelp, client: SignatureFeatures) -> SignatureHelp {
    let documentation = |text: &String| documentation(text.clone(), client.markdown);
    let parameters = found.parameters.iter().enumerate().map(|(index, range)| {
        let text = range.slice(&found.label);
        let about = found.active_documentation.as_ref();
        ParameterInformation {
            label: match client.label_offsets {
                true => ParameterInformationLabel::Tuple((
                    utf16(&found.label[..range.start as usize]),
                    utf16(&found.label[..range.end as usize]),
                )),
                false => ParameterInformationLabel::String(text.to_owned()),
            },
            documentation: about
                .filter(|_| found.active == Some(index))
                .map(documentation),
        }
    });
    let active = active(found, client);
    let signature = SignatureInformation {
        label: found.label.clone(),
        documentation: Some(documentation(&found.documentation)),
        parameters: Some(parameters.collect()),
        active_parameter: active.filter(|_| client.own_active),
    };
    SignatureHelp {
        signatures: vec![signature],
        active_signature: Some(0),
        active_parameter: active,
    }
}

/// No parameter is highlighted where none is typed: clients that cannot be told so take a number behind
/// the last one for that.
fn active(found: &found::SignatureHelp, client: SignatureFeatures) -> Option<ActiveParameter> {
    Some(match found.active {
        Some(index) => ActiveParameter::Int(u32::try_from(index).unwrap_or(u32::MAX)),
        None if client.no_active => ActiveParameter::Null,
        None => {
            let behind = u32::try_from(found.parameters.len());
            ActiveParameter::Int(behind.unwrap_or(u32::MAX))
        }
    })
}

/// Offsets in labels are always counted in these units, whatever was negotiated for positions.
fn utf16(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}
