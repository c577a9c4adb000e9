#pragma once
#include <string>
#include <string_view>

namespace kit::config {

/// What is wrong with the password in a server's URL ("postgresql://user:password@host:5432/database"), as
/// the rest of the sentence "<key> …"; empty when it is fine or not a URL. An unescaped "@", "/", "?" or "#"
/// in a password changes the URL's meaning, and errors would quote parts of the password. The text quotes
/// nothing.
std::string password_complaint(std::string_view url);

}  // namespace kit::config
