#include "services/kit/encoding/percent.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/accounts/render.hpp"
#include "services/user/accounts/routes.hpp"

namespace user::api {
namespace {

using kit::http::Request;
using kit::http::Response;
using RoleResult = store::Accounts::RoleResult;

constexpr std::size_t MAX_QUERY = 200;  // bytes

Response list(store::Accounts& accounts, const Request& request) {
  const auto page = kit::http::PageQuery::of(request);
  store::Accounts::Search search;
  search.after = page.after.value_or(0);
  search.limit = page.limit + 1;  // one more tells whether there is a next page
  std::vector<std::pair<std::string, std::string>> filters;
  if (const auto text = request.query_value("q")) {
    if (text->empty() || text->size() > MAX_QUERY)
      throw kit::http::bad_query("?q", "must have 1 to " + std::to_string(MAX_QUERY) + " bytes");
    search.text = *text;
    filters.emplace_back("q", kit::http::percent::encode(*text));
  }
  if (const auto text = request.query_value("role")) {
    search.role = kit::identity::parse_role(*text);
    if (!search.role) throw kit::http::bad_query("?role", "must be customer, staff or admin");
    filters.emplace_back("role", std::string(*text));
  }
  auto found = accounts.search(search, request.deadline);
  const bool more = found.size() > static_cast<std::size_t>(page.limit);
  if (more) found.pop_back();
  auto body = nlohmann::json::array();
  for (const auto& user : found) body.push_back(render(user));
  auto response = Response::json(body);
  if (more) kit::http::link_next(response, request, page, found.back().id.value, filters);
  return response;
}

Response one(store::Users& users, const Request& request) {
  const auto user = users.find({request.id()}, request.deadline);
  if (!user) throw kit::problem::not_found("User not found");
  return Response::json(render(*user));
}

Response set_role(store::Users& users, store::Accounts& accounts, const Request& request) {
  const kit::UserId id{request.id()};
  const auto role = read_role(request.json());
  switch (accounts.set_role(id, role, request.deadline)) {
    case RoleResult::Unknown:
      throw kit::problem::not_found("User not found");
    case RoleResult::Guest:
      throw kit::problem::conflict("Guests have no role", "Only an account can have one.");
    case RoleResult::LastAdmin:
      throw kit::problem::conflict("Last admin", "Make somebody else an admin first.");
    case RoleResult::Done:
      break;
  }
  kit::log::info("role set", {{"user_id", id.value},
                              {"role", kit::identity::to_string(role)},
                              {"by", request.principal.value().user.value}});
  return one(users, request);
}

}  // namespace

void add_staff(kit::http::Router& router, store::Users& users, store::Accounts& accounts) {
  router.get("/api/customers", [&accounts](const Request& request) { return list(accounts, request); });
  router.get("/api/customers/{id}", [&users](const Request& request) { return one(users, request); });
  router.put("/api/customers/{id}/role",
             [&](const Request& request) { return set_role(users, accounts, request); });
}

}  // namespace user::api
