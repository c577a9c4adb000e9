#pragma once
#include "operator/kube/client/client.hpp"

#include <string>

namespace shop {

/// The Shop as the API server would store it after `kubectl apply` of `file`, from a dry run there:
/// validated, with defaults, and without the fields that were applied before and are not in `file`. As
/// kubectl does it:
///  - a Shop that does not exist is created
///  - with `field_manager`, or of a Shop that was applied by server-side apply (its only Apply manager):
///    server-side apply as that manager
///  - else by client-side apply: the fields of the annotation last-applied-configuration that are not in
///    `file` are removed
/// A file without namespace is in the default one. Throws kube::ApiError.
kube::Object after_apply(kube::Api& api, const std::string& default_namespace, kube::Object file,
                         const std::string& field_manager);

/// The JSON merge patch of client-side apply: `file`, and null for each field of `last_applied` that it
/// lacks. A `last_applied` that is no object counts as empty. Pure.
kube::Object three_way_patch(const kube::Object& last_applied, const kube::Object& file);

}  // namespace shop
