#pragma once
#include "services/kit/http/server/router.hpp"
#include "services/user/users/user.hpp"

/// What all routes of this service share.
namespace user {

using kit::http::handler_of;
using kit::http::Lane;
using kit::http::Method;
using kit::http::Request;
using kit::http::Response;
using kit::http::Router;

inline CallContext context_of(const Request& request) {
  return {request.remote_address, request.trace.traceparent(), request.deadline};
}

/// The user whose access token came with the request. Only for routes that require one.
inline kit::UserId caller_id(const Request& request) { return request.principal.value().user; }

/// The answer to a request for a mail: whether one is sent must not show.
inline Response accepted() {
  Response response;
  response.status = 202;
  return response;
}

}  // namespace user
