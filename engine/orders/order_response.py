"""The answer to an order request (LEAN: Common/Orders/OrderResponse.cs; texts: Messages.Orders.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import OrderResponseErrorCode

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.orders.order_request import OrderRequest
    from engine.orders.submit_order_request import SubmitOrderRequest


class OrderResponse:
    """Success, an error with its code and text, or the constant UNPROCESSED."""

    __slots__ = ("error_code", "error_message", "order_id")

    UNPROCESSED: ClassVar[OrderResponse]

    def __init__(self, order_id: int, error_code: OrderResponseErrorCode, error_message: str | None) -> None:
        self.order_id = order_id
        self.error_code = error_code
        self.error_message: str | None = None
        if error_code != OrderResponseErrorCode.NONE:
            self.error_message = "An unexpected error occurred." if error_message is None else error_message

    @property
    def is_processed(self) -> bool:
        return self is not OrderResponse.UNPROCESSED

    @property
    def is_success(self) -> bool:
        return self.is_processed and self.error_code == OrderResponseErrorCode.NONE

    @property
    def is_error(self) -> bool:
        return self.is_processed and self.error_code != OrderResponseErrorCode.NONE

    def __str__(self) -> str:
        if not self.is_processed:
            return "Unprocessed"
        if self.is_error:
            return f"Error: {self.error_code.to_string()} - {self.error_message}"
        return "Success"

    @staticmethod
    def success(request: OrderRequest) -> OrderResponse:
        return OrderResponse(request.order_id, OrderResponseErrorCode.NONE, None)

    @staticmethod
    def error(
        request: OrderRequest, error_code: OrderResponseErrorCode, error_message: str | None
    ) -> OrderResponse:
        return OrderResponse(request.order_id, error_code, error_message)

    @staticmethod
    def invalid_status(request: OrderRequest, order: Order) -> OrderResponse:
        status = order.status.to_string()
        text = f"Unable to update order with id {request.order_id} because it already has {status} status."
        return OrderResponse.error(request, OrderResponseErrorCode.INVALID_ORDER_STATUS, text)

    @staticmethod
    def invalid_new_status(request: OrderRequest, order: Order) -> OrderResponse:
        text = (
            f"Unable to update or cancel order with id {request.order_id} and status"
            f" {order.status.to_string()} because the submit confirmation has not been received yet."
        )
        return OrderResponse.error(request, OrderResponseErrorCode.INVALID_NEW_ORDER_STATUS, text)

    @staticmethod
    def unable_to_find_order(request: OrderRequest) -> OrderResponse:
        text = f"Unable to locate order with id {request.order_id}."
        return OrderResponse.error(request, OrderResponseErrorCode.UNABLE_TO_FIND_ORDER, text)

    @staticmethod
    def zero_quantity(request: OrderRequest) -> OrderResponse:
        kind = request.order_request_type.name.lower()
        text = f"Unable to {kind} order with id {request.order_id} that has zero quantity."
        return OrderResponse.error(request, OrderResponseErrorCode.ORDER_QUANTITY_ZERO, text)

    @staticmethod
    def missing_security(request: SubmitOrderRequest) -> OrderResponse:
        text = (
            f"You haven't requested {request.symbol} data."
            " Add this with add_security() in the initialize() method."
        )
        return OrderResponse.error(request, OrderResponseErrorCode.MISSING_SECURITY, text)

    @staticmethod
    def warming_up(request: OrderRequest) -> OrderResponse:
        kind = request.order_request_type.name.lower()
        text = (
            f"This operation is not allowed in initialize or during warm up: OrderRequest.{kind}."
            " Please move this code to the on_warmup_finished() method."
        )
        return OrderResponse.error(request, OrderResponseErrorCode.ALGORITHM_WARMING_UP, text)


OrderResponse.UNPROCESSED = OrderResponse(-(2**31), OrderResponseErrorCode.NONE, None)
