#pragma once
#include "services/kit/http/client/client.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace order {

/// What `read` makes of a peer's JSON answer; kit::http::Unreachable when it is not of the shape that was
/// agreed on: to us such a peer is as good as away, and trying again later is right.
template <class F>
auto understand(const std::string& peer, const kit::http::Response& response, F&& read) {
  try {
    return read(nlohmann::json::parse(response.body));
  } catch (const nlohmann::json::exception& e) {
    throw kit::http::Unreachable(peer + " answered what cannot be understood: " + e.what());
  }
}

[[noreturn]] inline void unexpected(const std::string& peer, const kit::http::Response& response) {
  throw kit::http::Unreachable(peer + " answered " + std::to_string(response.status));
}

}  // namespace order
