#pragma once
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace kit::docs {

/// A service's OpenAPI document.
struct Part {
  std::string service;  ///< "order"
  nlohmann::json document;
};

/// One OpenAPI document for the whole gateway: all paths, tags and components. Where a component's name is
/// taken by an earlier part, it gets the service's name as prefix ("OrderProduct"). `/openapi.yaml`, which
/// the gateway does not route, is left out. Throws std::invalid_argument when two parts describe the same
/// operation or share an operationId.
nlohmann::json join(const std::vector<Part>& parts, const std::string& title, const std::string& version);

}  // namespace kit::docs
