#include "services/order/clients/user_client.hpp"

#include "services/contracts/internal/users.hpp"
#include "services/order/clients/answer.hpp"

namespace order {

std::optional<Customer> UserClient::find(kit::UserId id, const kit::http::Client::Context& context) const {
  const auto response = client_->get(contracts::user_target(id), context);
  if (response.status == 404) return std::nullopt;
  auto user = read_ok(*client_, response, contracts::read_user);
  return Customer{user.id, std::move(user.name), std::move(user.email)};
}

}  // namespace order
