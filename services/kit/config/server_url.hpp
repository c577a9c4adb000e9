#pragma once
#include <string>
#include <string_view>

namespace kit::config {

/// What is wrong with the URL of a server ("postgresql://user:password@host:5432/database") as far as it
/// concerns the password: empty when it is well. A password with an unescaped "@", "/", "?" or "#" makes
/// another URL of it, whose errors would quote pieces of the password. Completes the sentence "<key> …",
/// without quoting anything. What is no URL is well.
std::string password_complaint(std::string_view url);

}  // namespace kit::config
