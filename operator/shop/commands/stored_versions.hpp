#pragma once
#include "operator/kube/client/client.hpp"

#include <string>

namespace shop {

/// The version in which the API server stores the objects of a CRD; "" when the CRD names none.
std::string storage_version(const kube::Object& crd);

/// Whether an API server that publishes this list of resources (GET /apis/GROUP/VERSION) stores the objects
/// of a CRD in its storage version: for a moment after a change it still stores new writes in the former one.
/// The hash it publishes is that of k8s.io/apiserver/pkg/endpoints/discovery, StorageVersionHash().
bool stores_in_storage_version(const kube::Object& crd, const kube::Object& resources);

/// Rewrites all objects of a CRD that may be stored in another version than its storage version, and then
/// removes the other versions from the CRD's status.storedVersions, so that a later CRD may drop them. Does
/// nothing when only the storage version is stored. Returns the number of objects rewritten. It can be
/// repeated after a failure. Throws kube::ApiError, conflict() when the CRD changes meanwhile.
int migrate_stored_versions(kube::Api& api, const kube::Object& crd);

}  // namespace shop
