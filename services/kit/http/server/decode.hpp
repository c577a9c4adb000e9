#pragma once
#include "services/kit/http/message/message.hpp"
#include "services/kit/http/wire/request_reader.hpp"

#include <string>

namespace kit::http {

/// The parts of "/a/b?c=d", still percent-encoded.
struct Target {
  std::string_view path;
  std::string_view query;
};
Target split_target(std::string_view target);

/// The request as handlers see it, without route, method, principal and deadline. Throws Problem 400 for a
/// path or query that cannot be decoded. `address` is that of the connection's other end.
Request decode(RawRequest raw, const std::string& address);

/// The client's X-Request-Id when it is valid ([A-Za-z0-9._-]{1,128}), else a new one.
std::string request_id_of(const Headers& headers);

}  // namespace kit::http
