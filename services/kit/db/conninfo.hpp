#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kit::db {

/// Parameters of a connection, as libpq names them: {"connect_timeout", "3"}.
using ConnectionParameters = std::vector<std::pair<std::string, std::string>>;

/// `url` (a postgresql:// URI or libpq's "key=value …" form) with the parameters added; those in `url` take
/// precedence.
std::string with_defaults(std::string_view url, const ConnectionParameters& parameters);

/// `message` without the password of `url`, which libpq's errors can quote.
std::string without_password(std::string message, std::string_view url);

}  // namespace kit::db
