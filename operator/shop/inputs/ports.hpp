#pragma once
#include <string>
#include <vector>

namespace shop {

/// The ports that a database or broker URL names, of each of its hosts, else the scheme's own: for network
/// policies. Also of libpq's other form, "host=... port=...". Empty for anything else.
std::vector<int> ports_of(const std::string& url);

}  // namespace shop
