#pragma once
#include "services/kit/identity/revocations.hpp"

#include <string>

#include <nlohmann/json.hpp>

// GET /internal/revocations of the user service, called by the others.
namespace contracts {

/// The request for what was revoked since the list whose `next` is `since`; empty: for all.
std::string revocations_target(const std::string& since);

nlohmann::json to_json(const kit::identity::RevocationList& list);
/// Throws Malformed.
kit::identity::RevocationList read_revocations(const std::string& body);

}  // namespace contracts
