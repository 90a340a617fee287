/** An id of Atlas, of whatever it is: 24 hexadecimal digits, in lower case (Atlas Administration API, `orgId` and the like). */
export const ID = /^[0-9a-f]{24}$/;
