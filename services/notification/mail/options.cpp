#include "services/notification/mail/options.hpp"

#include <algorithm>

namespace notification {
namespace {

bool loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// A host name or an address: no character that would change the URL.
bool host_name(const std::string& host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':';
  });
}

/// "https://shop.example.com", also with a path: no character that would end the link.
bool web_address(const std::string& url) {
  const auto scheme = url.starts_with("https://") ? 8U : url.starts_with("http://") ? 7U : 0U;
  if (scheme == 0 || url.size() == scheme || url.size() > 1000) return false;
  return std::all_of(url.begin(), url.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_~:/[]%").find(c) != std::string_view::npos;
  });
}

std::string complaint(const EmailOptions& o) {
  if (!o.public_url.empty() && !web_address(o.public_url))
    return "public_url must be like https://shop.example.com, without query and fragment";
  if (!o.enabled()) return {};
  if (!host_name(o.host)) return "email.host must be a host name or an address, without a scheme or port";
  if (!parse_address(o.from))
    return "email.from must be an address, such as shop@example.com or \"The Shop <shop@example.com>\"";
  if (o.username.empty() != o.password.empty())
    return "email.password and email.username must be set together";
  if (!o.username.empty() && o.tls == "none" && !loopback(o.host))
    return "email.tls must not be none where email.username is set: the password would go over the network "
           "in clear";
  if (o.retry.limit < o.retry.first) return "email.retry_limit must not be less than email.retry_first";
  return {};
}

}  // namespace

int EmailOptions::effective_port() const {
  if (port != 0) return port;
  return tls == "tls" ? 465 : tls == "starttls" ? 587 : 25;
}

void bind(kit::config::Binder& binder, EmailOptions& o) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  binder.text("email.host", o.host);
  binder.integer("email.port", o.port, 0, 65535);
  binder.text("email.from", o.from);
  binder.choice("email.tls", o.tls, {"none", "starttls", "tls"});
  binder.text("email.username", o.username);
  binder.secret("email.password", o.password);
  binder.text("email.ca_file", o.ca_file);
  binder.duration("email.timeout", o.timeout, milliseconds(100), std::chrono::minutes(5));
  binder.duration("email.retry_first", o.retry.first, milliseconds(10), hours(1));
  binder.duration("email.retry_limit", o.retry.limit, milliseconds(10), hours(24));
  binder.integer("email.attempts", o.retry.attempts, 1, 1000);
  binder.text("public_url", o.public_url);
  binder.rule([&o] {
    auto wrong = complaint(o);
    while (o.public_url.ends_with('/')) o.public_url.pop_back();
    return wrong;
  });
}

}  // namespace notification
