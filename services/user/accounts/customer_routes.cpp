#include "services/kit/encoding/percent.hpp"
#include "services/kit/http/message/page.hpp"
#include "services/kit/log/log.hpp"
#include "services/user/accounts/user_routes.hpp"
#include "services/user/errors/errors.hpp"

namespace user {
namespace {

constexpr std::size_t MAX_QUERY = 200;  // bytes

Response erased(kit::UserId id, const Request& request) {
  kit::log::info("user erased", {{"user_id", id.value}, {"by", caller_id(request).value}});
  return Response::no_content();
}

}  // namespace

void CustomerRoutes::add_to(Router& router) const {
  router.get("/api/customers", handler_of(*this, &CustomerRoutes::list));
  router.get("/api/customers/{id}", handler_of(*this, &CustomerRoutes::show));
  router.put("/api/customers/{id}/role", handler_of(*this, &CustomerRoutes::set_role));
  router.add(Method::Delete, "/api/customers/me", handler_of(*this, &CustomerRoutes::erase_me), Lane::Heavy);
  router.del("/api/customers/{id}", handler_of(*this, &CustomerRoutes::erase));
}

Response CustomerRoutes::list(const Request& request) const {
  const auto page = kit::http::PageQuery::of(request);
  AccountStore::Search search;
  search.after = page.after.value_or(0);
  search.limit = page.limit;
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
  const auto found = store_.search(search, request.deadline);
  auto body = nlohmann::json::array();
  for (const auto& user : found.items) body.push_back(to_json(user));
  auto response = Response::json(body);
  if (found.next) kit::http::link_next(response, request, page, *found.next, filters);
  return response;
}

Response CustomerRoutes::show(const Request& request) const {
  return Response::json(to_json(users_.get({request.id()}, request.deadline)));
}

Response CustomerRoutes::set_role(const Request& request) const {
  const kit::UserId id{request.id()};
  const auto role = read_role(request.json());
  store_.set_role(id, role, request.deadline);
  kit::log::info(
      "role set",
      {{"user_id", id.value}, {"role", kit::identity::to_string(role)}, {"by", caller_id(request).value}});
  return show(request);
}

/// Requires the password, so that a stolen access token alone cannot erase its owner.
Response CustomerRoutes::erase_me(const Request& request) const {
  const auto password = read_password(request.json());
  const auto hash = accounts_.confirm_password(password, request.principal.value(), request.deadline);
  const auto id = caller_id(request);
  if (!store_.erase(id, hash, context_of(request))) throw AccountGone();
  return erased(id, request);
}

Response CustomerRoutes::erase(const Request& request) const {
  const kit::UserId id{request.id()};
  if (id == caller_id(request)) throw OwnAccount();
  if (!store_.erase(id, std::nullopt, context_of(request))) throw UserNotFound();
  return erased(id, request);
}

}  // namespace user
