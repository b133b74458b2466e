//! From the parser's tree to [`crate::python::ast`]: parameters.

use ruff_python_ast::{Parameter, ParameterWithDefault, Parameters};

use super::{Lower, ident, range};
use crate::python::ast::{Param, ParamKind};

impl Lower<'_> {
    /// The parameters of a function or lambda, in order.
    pub(super) fn parameters(&mut self, it: &Parameters) -> Vec<Param> {
        let mut params = Vec::with_capacity(it.len());
        params.extend(self.all(&it.posonlyargs, ParamKind::PositionalOnly));
        params.extend(self.all(&it.args, ParamKind::Normal));
        let starred = it.vararg.as_deref();
        params.extend(starred.map(|param| self.starred(param, ParamKind::VarArgs)));
        params.extend(self.all(&it.kwonlyargs, ParamKind::KeywordOnly));
        let starred = it.kwarg.as_deref();
        params.extend(starred.map(|param| self.starred(param, ParamKind::VarKeyword)));
        params
    }

    fn all(&mut self, params: &[ParameterWithDefault], kind: ParamKind) -> Vec<Param> {
        let lower = |param: &ParameterWithDefault| Param {
            name: ident(&param.parameter.name),
            kind,
            annotation: self.optional(param.parameter.annotation.as_deref()),
            default: self.optional(param.default.as_deref()),
            range: range(param),
        };
        params.iter().map(lower).collect()
    }

    fn starred(&mut self, param: &Parameter, kind: ParamKind) -> Param {
        Param {
            name: ident(&param.name),
            kind,
            annotation: self.optional(param.annotation.as_deref()),
            default: None,
            range: range(param),
        }
    }
}
