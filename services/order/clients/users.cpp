#include "services/order/clients/users.hpp"

#include "services/order/clients/answer.hpp"

namespace order {

std::optional<Customer> Users::find(kit::UserId id, const kit::http::Client::Context& context) {
  const auto response = client_->get("/internal/users/" + std::to_string(id.value), context);
  if (response.status == 404) return std::nullopt;
  if (response.status != 200) unexpected(client_->peer(), response);
  return understand(client_->peer(), response, [](const nlohmann::json& body) {
    return Customer{kit::UserId{body.at("id").get<std::int64_t>()}, body.at("name").get<std::string>(),
                    body.at("email").get<std::string>()};
  });
}

}  // namespace order
