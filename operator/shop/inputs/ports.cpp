#include "operator/shop/inputs/ports.hpp"

#include <algorithm>
#include <map>
#include <regex>

namespace shop {
namespace {

const std::map<std::string, int> scheme_ports{
    {"postgresql", 5432}, {"postgres", 5432}, {"amqp", 5672}, {"amqps", 5671}};
constexpr int postgres_default = 5432;

void add(std::vector<int>& ports, const std::string& digits, int fallback) {
  const int port = digits.empty() || digits.size() > 5 ? fallback : std::stoi(digits);
  if (port > 0 && port < 65536 && std::find(ports.begin(), ports.end(), port) == ports.end())
    ports.push_back(port);
}

/// "host:1,[::1]:2"
std::vector<int> ports_of_hosts(const std::string& hosts, int fallback) {
  static const std::regex host(R"((\[[^\]]*\]|[^,:]*)(?::(\d*))?(?:,|$))");
  std::vector<int> ports;
  for (std::sregex_iterator each(hosts.begin(), hosts.end(), host), end; each != end; ++each)
    if (!each->str().empty()) add(ports, (*each)[2], fallback);
  return ports;
}

}  // namespace

std::vector<int> ports_of(const std::string& url) {
  static const std::regex form(R"(([a-z]+)://(?:[^@/]*@)?([^/?]*).*)");
  static const std::regex setting(R"((?:^|\s|[?&])port\s*=\s*(\d+))");
  std::smatch found;
  if (std::smatch named; std::regex_search(url, named, setting)) {
    std::vector<int> ports;
    add(ports, named[1], 0);
    return ports;
  }
  if (std::regex_match(url, found, form)) {
    const auto scheme = scheme_ports.find(found[1]);
    if (scheme == scheme_ports.end()) return {};
    return ports_of_hosts(found[2], scheme->second);
  }
  return url.find("host=") == std::string::npos ? std::vector<int>{} : std::vector<int>{postgres_default};
}

}  // namespace shop
