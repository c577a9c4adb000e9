#include "services/kit/messaging/broker.hpp"

#include <stdexcept>
#include <vector>

namespace kit::messaging {

BrokerUrl parse_broker_url(const std::string& url) {
  if (url.starts_with("amqps:"))
    throw std::invalid_argument("the broker's URL: amqps is not supported, use amqp");
  std::vector<char> text(url.begin(), url.end());
  text.push_back('\0');  // parsed in place
  amqp_connection_info parsed{};
  if (amqp_parse_url(text.data(), &parsed) != AMQP_STATUS_OK) {
    throw std::invalid_argument("the broker's URL is not like amqp://user:password@host:5672/vhost");
  }
  const std::string vhost = parsed.vhost;
  return {parsed.user, parsed.password, parsed.host, parsed.port, vhost.empty() ? "/" : vhost};
}

}  // namespace kit::messaging
