#pragma once
#include "operator/kube/object/object.hpp"
#include "operator/shop/commands/plugin/options.hpp"

namespace shop::plugin {

/// A new Shop `options.name` with the spec of `source` and spec.restoreFrom, which names the backups of
/// `source`. Its backups have a place of their own, and it has no host but `options.host`, so that it takes
/// no requests of `source`. Throws std::runtime_error when `source` has no backups. Pure.
kube::Object restored(const kube::Object& source, const Options& options);

}  // namespace shop::plugin
