#include "services/user/throttle/throttle.hpp"

#include "services/kit/encoding/sha256.hpp"
#include "services/user/users/user.hpp"

#include <arpa/inet.h>

#include <cstring>
#include <initializer_list>

namespace user::throttle {
namespace {

constexpr double MINUTE = 60;

constexpr Budget ACCOUNT_AND_CLIENT{10, 1 / MINUTE};
constexpr Budget CLIENT{300, 30 / MINUTE};
constexpr Budget ACCOUNT{100, 1 / MINUTE};
constexpr Budget REQUESTS_FOR_ADDRESS{10, 1 / (2 * MINUTE)};
constexpr Budget REGISTRATIONS{1000, 5};
constexpr Budget MAIL_REQUESTS{200, 1};
constexpr Budget MAILS{3, 1 / (20 * MINUTE)};

std::string key(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text.append(part).push_back('\n');
  return kit::sha256_hex(text);
}

}  // namespace

std::string client_of(std::string_view address) {
  std::string text(address.substr(0, 64));
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    char v4[INET_ADDRSTRLEN];
    return inet_ntop(AF_INET, &v6.s6_addr[12], v4, sizeof v4);
  }
  std::memset(&v6.s6_addr[8], 0, 8);
  char network[INET6_ADDRSTRLEN];
  return inet_ntop(AF_INET6, &v6, network, sizeof network);
}

Login login(std::string_view email, std::string_view address) {
  const auto account = account_key(email);
  const auto client = client_of(address);
  const auto known = key({"known", account, client});
  return {{{key({"login", account, client}), ACCOUNT_AND_CLIENT},
           {key({"login-client", client}), CLIENT},
           {key({"login-account", account}), ACCOUNT, known}},
          known};
}

std::vector<Charge> registration(std::string_view email, std::string_view address) {
  const auto client = client_of(address);
  return {{key({"register", account_key(email), client}), REQUESTS_FOR_ADDRESS},
          {key({"register-client", client}), REGISTRATIONS}};
}

std::vector<Charge> mail_request(std::string_view kind, std::string_view email, std::string_view address) {
  const auto client = client_of(address);
  return {{key({"ask", kind, account_key(email), client}), REQUESTS_FOR_ADDRESS},
          {key({"ask-client", kind, client}), MAIL_REQUESTS}};
}

std::vector<Charge> wrong_token(std::string_view address) {
  return {{key({"token-client", client_of(address)}), CLIENT}};
}

std::vector<Charge> wrong_password(kit::UserId user, std::string_view session) {
  return {{key({"password", std::to_string(user.value), session}), ACCOUNT_AND_CLIENT}};
}

std::vector<Charge> mail_to(std::string_view kind, std::string_view email) {
  return {{key({"mail", kind, account_key(email)}), MAILS}};
}

}  // namespace user::throttle
