#include "services/kit/encoding/text.hpp"
#include "services/kit/http/message/etag.hpp"
#include "services/kit/image/image.hpp"
#include "services/user/privacy/people_routes.hpp"

namespace user::api {
namespace {

using kit::http::Request;
using kit::http::Response;

constexpr std::size_t MAX_BYTES = std::size_t{64} * 1024;
constexpr std::size_t MAX_HEAD = std::size_t{32} * 1024;

/// What the client says that it sends only has to be possible; what it really sends decides.
void check_declared_type(const Request& request) {
  const auto declared = request.headers.get("Content-Type");
  if (!declared) return;
  const auto type = kit::lower(kit::trim(declared->substr(0, declared->find(';'))));
  for (const auto* one : {"image/png", "image/jpeg", "image/webp", "application/octet-stream"})
    if (type == one) return;
  throw kit::Problem(415, "Unsupported media type",
                     "An avatar is sent as image/png, image/jpeg or image/webp.")
      .field("Content-Type", "must be image/png, image/jpeg or image/webp");
}

kit::image::Info examine(const Request& request) {
  check_declared_type(request);
  if (request.body.size() > MAX_BYTES)
    throw kit::Problem(413, "Avatar too large", "An avatar has at most 64 KB.")
        .field("body", "must have at most 65536 bytes");
  const auto result = kit::image::examine(request.body);
  if (const auto* info = std::get_if<kit::image::Info>(&result)) return *info;
  const auto& refused = std::get<kit::image::Refused>(result);
  if (!refused.other_type) throw kit::problem::invalid("body", refused.reason);
  throw kit::Problem(415, "Unsupported media type", "The body is no image of a type that is taken.")
      .field("body", refused.reason);
}

Response put(store::Avatars& avatars, const Request& request) {
  using Put = store::Avatars::Put;
  const auto info = examine(request);
  const store::Avatar avatar{std::string(content_type(info.type)), kit::http::etag_of(request.body),
                             request.body};
  const auto done = avatars.put(
      me(request), avatar, [&](const std::string& etag) { kit::http::require_match(request, etag); },
      request.deadline);
  if (done == Put::NobodyThere) throw account_gone();
  auto response = Response::ordered({{"content_type", avatar.content_type},
                                     {"width", info.width},
                                     {"height", info.height},
                                     {"bytes", avatar.bytes.size()}},
                                    done == Put::Created ? 201 : 200);
  response.headers.set("ETag", avatar.etag);
  return response;
}

/// Sent as what it was found to be, and so that a browser takes it for nothing else.
Response get(store::Avatars& avatars, const Request& request) {
  auto avatar = avatars.find(me(request), request.deadline);
  if (!avatar) throw kit::problem::not_found("Avatar not found");
  auto response = kit::http::has_already(request, avatar->etag)
                      ? kit::http::not_modified(avatar->etag)
                      : Response::text(std::move(avatar->bytes), avatar->content_type);
  response.headers.set("ETag", avatar->etag);
  response.headers.set("Cache-Control", "private, no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Disposition", "inline");
  response.headers.set("Content-Security-Policy", "default-src 'none'");
  return response;
}

}  // namespace

void add_avatar(kit::http::Router& router, store::Avatars& avatars) {
  const std::string path = "/api/customers/me/avatar";
  router.get(path, [&avatars](const Request& request) { return get(avatars, request); });
  router.add({.method = kit::http::Method::Put,
              .pattern = path,
              .handler = [&avatars](const Request& request) { return put(avatars, request); },
              .max_request_bytes = MAX_BYTES + MAX_HEAD});
  router.del(path, [&avatars](const Request& request) {
    avatars.remove(
        me(request), [&](const std::string& etag) { kit::http::require_match(request, etag); },
        request.deadline);
    return Response::no_content();
  });
}

}  // namespace user::api
